# Every pooled result again by metafor, beside ours. Run it in this folder: Rscript reproduce.R
# It needs R and the package metafor; it ends with status 1 when a result deviates by more than the tolerance.
options(warn = 1, digits = 15)
suppressPackageStartupMessages(library(metafor))

level <- LEVEL
tolerance <- 1e-5 # of the width of our interval, on the scale of the analysis
differences <- c("RD", "MD", "SMD")
control <- list(threshold = 1e-12, maxiter = 10000, tol = 1e-12)
data <- list()
deviations <- c()
not_computed <- c()

read <- function(file) {
  found <- read.csv(file, stringsAsFactors = FALSE, fileEncoding = "UTF-8")
  wanted <- c("events_treatment", "n_treatment", "events_control", "n_control", "mean_treatment", "sd_treatment",
              "mean_control", "sd_control", "effect_measure", "effect", "se")
  for (name in setdiff(wanted, names(found))) found[[name]] <- NA
  found
}

# Effect (of a ratio, its logarithm) and variance of each row: from the counts (half an event is added to the cells of a
# trial with an empty cell), from the means, or as they are given.
effects <- function(rows, measure) {
  yi <- rows$effect
  vi <- rows$se^2
  counted <- is.na(yi) & !is.na(rows$events_treatment)
  measured <- is.na(yi) & !is.na(rows$mean_treatment)
  if (any(counted)) {
    found <- with(rows[counted, ], escalc(measure, ai = events_treatment, n1i = n_treatment, ci = events_control,
                                          n2i = n_control, add = 1/2, to = "only0"))
    yi[counted] <- found$yi
    vi[counted] <- found$vi
  }
  if (any(measured)) {
    found <- with(rows[measured, ], escalc(measure, m1i = mean_treatment, sd1i = sd_treatment, n1i = n_treatment,
                                           m2i = mean_control, sd2i = sd_control, n2i = n_control))
    yi[measured] <- found$yi
    vi[measured] <- found$vi
  }
  data.frame(yi = as.numeric(yi), vi = as.numeric(vi))
}

# Mantel-Haenszel and Peto take the counts as they are. metafor warns there of single trials without events, whose own
# effects they do not use.
pool <- function(rows, measure, method, test) {
  if (method == "MH") {
    return(suppressWarnings(
      rma.mh(measure = measure, ai = events_treatment, n1i = n_treatment, ci = events_control, n2i = n_control,
             data = rows, add = 0, drop00 = measure != "RD", level = level)
    ))
  }
  if (method == "Peto") {
    return(suppressWarnings(
      rma.peto(ai = events_treatment, n1i = n_treatment, ci = events_control, n2i = n_control, data = rows, add = 0,
               level = level)
    ))
  }
  rma(yi, vi, data = effects(rows, measure), method = method, test = test, level = level, control = control)
}

compare <- function(key, outcome, measure, method, test, numbers, ours) {
  rows <- data[[outcome]][match(numbers, data[[outcome]]$row), ]
  fit <- pool(rows, measure, method, test)
  theirs <- c(fit$beta[1], fit$ci.lb, fit$ci.ub)
  known <- if (measure %in% differences) ours else log(ours)
  deviation <- max(abs(theirs - known)) / (known[3] - known[2])
  deviations[[key]] <<- deviation
  natural <- if (measure %in% differences) theirs else exp(theirs)
  say <- function(numbers) sprintf("%.4f (%.4f to %.4f)", numbers[1], numbers[2], numbers[3])
  cat(sprintf("%-58s %-4s %-5s %-5s k = %-3d ours %s, metafor %s, deviation %.1e\n", key, measure, method, test,
              length(numbers), say(ours), say(natural), deviation))
}

left_out <- function(key, method) {
  not_computed[[key]] <<- method
  cat(sprintf("%-58s not computed here: %s\n", key, method))
}

finish <- function() {
  wrong <- sum(!(unlist(deviations) <= tolerance))
  said <- "%d results by metafor %s, greatest deviation %.1e of the interval's width, %d beyond %.0e; %d not computed\n"
  cat(sprintf(said, length(deviations), as.character(packageVersion("metafor")), max(unlist(deviations), 0), wrong,
              tolerance, length(not_computed)))
  if (wrong > 0) quit(status = 1)
}
