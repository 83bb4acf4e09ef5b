# Reference answers for moderators, groups and small-study effects, by R's metafor: writes moderators.json from
# bcg_trials.csv, which stands beside this file, in the folder to run it in:
#
#     Rscript moderators.R
#
# REML is iterated to about 1e-14; metafor's own default (1e-5) gives the answers that its documentation prints, whose
# last digit can differ (QM of latitude: 16.3571 there, 16.3582 here).

suppressPackageStartupMessages({
  library(metafor)
  library(jsonlite)
})

trials <- read.csv("bcg_trials.csv")
trials <- escalc("RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = trials)
tight <- list(threshold = 1e-14, maxiter = 10000)

told <- function(fit) {
  list(
    coefficients = as.numeric(coef(fit)), se = fit$se, low = fit$ci.lb, high = fit$ci.ub, statistics = fit$zval,
    p_values = fit$pval, tau2 = fit$tau2, i2 = fit$I2 / 100, h2 = fit$H2,
    r2 = if (is.null(fit$R2)) NA else fit$R2 / 100, qe = fit$QE, qe_p_value = fit$QEp, qm = fit$QM,
    qm_p_value = fit$QMp
  )
}
regression <- function(formula, test) {
  told(rma(yi, vi, mods = formula, data = trials, test = test, control = tight))
}
group <- function(name) told(rma(yi, vi, data = trials[trials$alloc == name, ], control = tight))

names <- sort(unique(trials$alloc))
groups <- setNames(lapply(names, group), names)
compared <- rma(
  sapply(groups, function(found) found$coefficients), sei = sapply(groups, function(found) found$se), method = "EE"
)
latitude <- rma(yi, vi, mods = ~ablat, data = trials, test = "knha", control = tight)
at <- predict(latitude, newmods = c(10, 20, 60))
classic <- regtest(rma(yi, vi, data = trials, method = "EE"), model = "lm")
filled <- trimfill(rma(yi, vi, data = trials, control = tight))
# the filled trials are pooled anew: trimfill itself gives Wald intervals only
adjusted <- rma(filled$yi, filled$vi, test = "knha", control = tight)

answers <- list(
  made_with = paste("metafor", packageVersion("metafor"), "on", R.version.string),
  source = "Colditz et al. 1994, as metadat::dat.bcg has it",
  latitude_z = regression(~ablat, "z"),
  latitude_hk = regression(~ablat, "knha"),
  latitude_year_hk = regression(~ ablat + year, "knha"),
  allocation_z = regression(~alloc, "z"),
  groups = groups,
  between = list(q = compared$QE, df = length(names) - 1, p_value = compared$QEp),
  predicted = list(x = c(10, 20, 60), estimate = at$pred, low = at$ci.lb, high = at$ci.ub),
  egger = list(
    statistic = classic$zval, p_value = classic$pval, limit = classic$est, limit_low = classic$ci.lb,
    limit_high = classic$ci.ub, bias = as.numeric(coef(summary(classic$fit))[2, 1])
  ),
  trim_and_fill = list(
    missing = filled$k0, side = filled$side, estimate = as.numeric(coef(adjusted)), low = adjusted$ci.lb,
    high = adjusted$ci.ub
  )
)
write(toJSON(answers, digits = NA, auto_unbox = TRUE, pretty = TRUE), "moderators.json")
