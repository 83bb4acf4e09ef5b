# Reference answers for measured outcomes, by R's metafor: writes measured_outcomes.json from
# measured_outcomes_input.csv and, for what else the same trials may report, measured_outcomes_further_input.csv. All
# stand beside this file, in the folder to run it in:
#
#     Rscript measured_outcomes.R
#
# The five trials, their two markers and the printed ratio are invented. Means and SDs of the arms, Luo's and Wan's
# estimators and the intervals of prediction are written out here; effect sizes and models are metafor's.

suppressPackageStartupMessages({
  library(metafor)
  library(jsonlite)
})

input <- read.csv("measured_outcomes_input.csv")

# Mean and SD of an arm, and the same of the logarithm of a positive value.
luo_wan <- function(q1, median, q3, n) {
  weight <- 0.7 + 0.39 / n
  c(weight * (q1 + q3) / 2 + (1 - weight) * median, (q3 - q1) / (2 * qnorm((0.75 * n - 0.125) / (n + 0.25))))
}
of_arm <- function(row) {
  switch(row$statistic,
    "mean/SD" = c(row$centre, row$sd),
    "mean/SE" = c(row$centre, row$se * sqrt(row$n)),
    "mean/95% CI" = c(row$centre, sqrt(row$n) * (row$high - row$low) / (2 * qt(0.975, row$n - 1))),
    "median/IQR" = luo_wan(row$low, row$centre, row$high, row$n)
  )
}
of_log <- function(row) {
  if (row$kind != "final") return(c(NA, NA))
  if (row$statistic == "median/IQR") return(luo_wan(log(row$low), log(row$centre), log(row$high), row$n))
  arm <- of_arm(row)
  spread <- log(1 + (arm[2] / arm[1])^2)
  c(log(arm[1]) - spread / 2, sqrt(spread))
}
arms <- input[input$arm != "both", ]
for (i in seq_len(nrow(arms))) {
  arms[i, c("arm_mean", "arm_sd")] <- of_arm(arms[i, ])
  arms[i, c("log_mean", "log_sd")] <- of_log(arms[i, ])
}

# Effects: MD of all five trials, SMD of those with final values, ROM and geometric means of those and of the printed
# ratio, whose standard error is that of its 95% interval on the log scale.
effects_of <- function(outcome, measure) {
  mine <- arms[arms$outcome == outcome & (measure == "MD" | arms$kind == "final"), ]
  t <- mine[mine$arm == "treatment", ]
  c <- mine[mine$arm == "control", ]
  stopifnot(identical(t$trial, c$trial))
  if (measure == "GMR") {
    sizes <- escalc("MD", m1i = t$log_mean, sd1i = t$log_sd, n1i = t$n, m2i = c$log_mean, sd2i = c$log_sd, n2i = c$n)
  } else {
    sizes <- escalc(measure, m1i = t$arm_mean, sd1i = t$arm_sd, n1i = t$n,
                    m2i = c$arm_mean, sd2i = c$arm_sd, n2i = c$n, vtype = "LS")
  }
  found <- list(trials = t$trial, yi = as.numeric(sizes$yi), vi = as.numeric(sizes$vi))
  printed <- input[input$outcome == outcome & input$kind == "ratio", ]
  if (measure %in% c("ROM", "GMR") && nrow(printed)) {
    se <- (log(printed$high) - log(printed$low)) / (2 * qnorm(0.975))
    found <- list(trials = c(found$trials, printed$trial), yi = c(found$yi, log(printed$centre)),
                  vi = c(found$vi, se^2))
  }
  found
}

# Convergence thresholds relative to the scale of the variances: metafor's own are absolute, and coarse.
fit_of <- function(effects, method, test) {
  scale <- max(effects$vi)
  control <- list(threshold = 1e-13 * scale, tol = 1e-14 * scale, maxiter = 100000)
  if (method %in% c("REML", "ML", "EB")) control$tol <- NULL
  # Hartung-Knapp with equal effects is asked for on purpose; metafor warns that it is unusual.
  fit <- suppressWarnings(rma(yi, vi, data = effects, method = method, test = test, control = control))
  k <- fit$k
  half <- qt(0.975, k - 1) * sqrt(fit$tau2 + fit$se^2)
  prediction <- if (method == "EE") c(NA, NA) else c(fit$beta[1] - half, fit$beta[1] + half)
  if (test != "z" && method != "EE") {
    theirs <- predict(fit)
    stopifnot(max(abs(c(theirs$pi.lb, theirs$pi.ub) - prediction)) < 1e-10 * max(abs(prediction)))
  }
  list(k = k, estimate = fit$beta[1], se = fit$se, ci = c(fit$ci.lb, fit$ci.ub), statistic = fit$zval,
       p_value = fit$pval, tau2 = fit$tau2, I2 = fit$I2, H2 = fit$H2, Q = fit$QE, Q_p_value = fit$QEp,
       prediction = prediction)
}

methods <- c("REML", "DL", "PM", "ML", "EB", "SJ", "HE", "EE")
tests <- c(HK = "knha", mHK = "adhoc", wald = "z")
analyses <- list()
for (outcome in unique(input$outcome)) {
  for (measure in c("MD", "SMD", "ROM", "GMR")) {
    effects <- effects_of(outcome, measure)
    models <- lapply(setNames(methods, methods), function(method) {
      lapply(tests, function(test) fit_of(effects, method, test))
    })
    fitted <- rma(yi, vi, data = effects, control = list(threshold = 1e-13 * max(effects$vi), maxiter = 100000))
    search <- list(tol = 1e-14 * max(effects$vi), tau2.max = 100 * max(effects$vi), maxiter = 10000)
    profile <- confint(fitted, control = search)
    analyses[[paste(outcome, measure)]] <- list(
      outcome = outcome, measure = measure, effects = effects, models = models,
      tau2_ci = profile$random["tau^2", c("ci.lb", "ci.ub")], I2_ci = profile$random["I^2(%)", c("ci.lb", "ci.ub")]
    )
  }
}

# Further analyses of the same trials, by REML only: ratios of means with the printed ratios that are such (that of
# marker A is one of geometric means, that of marker B one of means), and the mean difference with the change from
# baseline of one trial, computed with an assumed correlation, in place of its final values.
also <- read.csv("measured_outcomes_further_input.csv")
add_printed <- function(effects, printed) {
  se <- (log(printed$high) - log(printed$low)) / (2 * qnorm(0.975))
  list(trials = c(effects$trials, printed$trial), yi = c(effects$yi, log(printed$centre)), vi = c(effects$vi, se^2))
}
drop_trial <- function(effects, trial) {
  kept <- effects$trials != trial
  list(trials = effects$trials[kept], yi = effects$yi[kept], vi = effects$vi[kept])
}
with_change <- function(effects, outcome, correlation) {
  first <- also[also$outcome == outcome & also$kind == "baseline", ]
  one <- lapply(c("treatment", "control"), function(arm) {
    before <- first[first$arm == arm, ]
    after <- arms[arms$trial == before$trial & arms$outcome == outcome & arms$arm == arm, ]
    sd <- sqrt(before$sd^2 + after$arm_sd^2 - 2 * correlation * before$sd * after$arm_sd)
    list(m = after$arm_mean - before$centre, sd = sd, n = after$n)
  })
  size <- escalc("MD", m1i = one[[1]]$m, sd1i = one[[1]]$sd, n1i = one[[1]]$n,
                 m2i = one[[2]]$m, sd2i = one[[2]]$sd, n2i = one[[2]]$n)
  at <- effects$trials == first$trial[1]
  effects$yi[at] <- as.numeric(size$yi)
  effects$vi[at] <- as.numeric(size$vi)
  effects
}
further <- list(
  "marker A ROM, final values" = drop_trial(effects_of("marker A", "ROM"), "invented6"),
  "marker B ROM, with the printed ratio" = add_printed(effects_of("marker B", "ROM"), also[also$kind == "ratio", ])
)
for (correlation in c(0.5, 0.7, 0.9)) {
  further[[paste("marker A MD, computed change, correlation", correlation)]] <-
    with_change(effects_of("marker A", "MD"), "marker A", correlation)
}
further <- lapply(further, function(effects) {
  list(effects = effects, REML = lapply(tests, function(test) fit_of(effects, "REML", test)))
})

answer <- list(
  about = paste("INVENTED data: answers of R's metafor to measured_outcomes_input.csv, made by measured_outcomes.R.",
                "GMR: ratio of geometric means, from means and SDs of the logarithm.",
                "ROM and GMR as logs; I2 in percent."),
  versions = list(R = paste(R.version$major, R.version$minor, sep = "."),
                  metafor = as.character(packageVersion("metafor"))),
  arms = arms[, c("trial", "outcome", "kind", "arm", "n", "arm_mean", "arm_sd", "log_mean", "log_sd")],
  analyses = unname(analyses),
  further = further
)
write(toJSON(answer, digits = NA, auto_unbox = TRUE, na = "null", pretty = 1), "measured_outcomes.json")
