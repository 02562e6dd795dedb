# Kaplan-Meier curves, their limits and quantiles as R's survival computes them, for unit/domain_oracle.c:
#
#     Rscript tests/oracle/survival.R > tests/data/survival.txt
#
# Made with R 4.2.2 and survival 3.5-3 (Therneau), on data that comes with that package: lung, veteran, ovarian,
# aml, kidney, and heart (Crowley and Hu's transplants: those with a new heart enter when they get it), and on 200
# random sets: ties, all censored, one contractor alone, delayed entry, risk sets that run empty.
#
# Limits are R's conf.type "log-log" at z = 1.959964. A quantile is the first day on which R's curve (or its limit)
# is <= 1 - q + 1e-9. R's quantile() is the same, and this script stops where it is not, with two exceptions: where
# the curve meets 1 - q exactly, quantile() gives the middle of the flat stretch; and where a limit rises (delayed
# entry narrows it), quantile() sorts it first.
#
# Times of heart are doubled, since it has halves of days.
#
# For each set:   set NAME SPELLS ROWS
#                 enter leave event, for each spell, on one line
#                 day at_risk events survival se low high, a line for each event day; nan: no limit
#                 q estimate low high, for three quantiles; -1: not reached
suppressPackageStartupMessages(library(survival))
z <- 1.959964
shares <- c(0.25, 0.5, 0.75)

first_day <- function(days, curve, q) {
	reached <- which(curve <= 1 - q + 1e-9)
	if (length(reached) == 0) -1 else days[reached[1]]
}

number <- function(x) ifelse(is.na(x), "nan", sprintf("%.17g", x))

# R's own quantile must agree where it is defined the same.
compare <- function(name, curve, q, ours, theirs) {
	curve <- curve[!is.na(curve)]
	if (is.unsorted(-curve) || any(abs(curve - (1 - q)) < 1e-7))
		return()
	if (ours != ifelse(is.na(theirs), -1, theirs))
		stop(sprintf("%s: quantile %g is %g here, %g in R", name, q, ours, theirs))
}

put <- function(name, enter, leave, event) {
	fit <- survfit(Surv(enter, leave, event) ~ 1, conf.type = "log-log", conf.int = 2 * pnorm(z) - 1)
	rows <- fit$n.event > 0
	day <- fit$time[rows]
	low <- fit$lower[rows]
	high <- fit$upper[rows]
	# Greenwood's S·sqrt(g); g is infinite where S = 0
	se <- ifelse(fit$surv == 0, 0, fit$surv * fit$std.err)[rows]
	without <- fit$surv[rows] %in% c(0, 1)
	low[without] <- NA
	high[without] <- NA

	cat("set", name, length(leave), length(day), "\n")
	cat(paste(enter, leave, event), sep = "  ")
	cat("\n")
	for (i in seq_along(day))
		cat(day[i], fit$n.risk[rows][i], fit$n.event[rows][i], number(fit$surv[rows][i]), number(se[i]),
		    number(low[i]), number(high[i]), "\n")
	theirs <- quantile(fit, shares)
	for (i in seq_along(shares)) {
		q <- shares[i]
		found <- c(first_day(day, fit$surv[rows], q), first_day(day, low, q), first_day(day, high, q))
		compare(name, fit$surv, q, found[1], theirs$quantile[i])
		compare(name, fit$lower, q, found[2], theirs$lower[i])
		compare(name, fit$upper, q, found[3], theirs$upper[i])
		cat(q, found, "\n")
	}
}

put("lung", rep(0, nrow(lung)), lung$time, lung$status - 1)
put("veteran", rep(0, nrow(veteran)), veteran$time, veteran$status)
put("ovarian", rep(0, nrow(ovarian)), ovarian$futime, ovarian$fustat)
put("aml", rep(0, nrow(aml)), aml$time, aml$status)
put("kidney", rep(0, nrow(kidney)), kidney$time, kidney$status)
with(subset(heart, transplant == 1), put("heart", 2 * start, 2 * stop, event))

set.seed(20240701)
for (i in 1:200) {
	n <- if (i <= 10) 1 else sample(2:40, 1)
	longest <- sample(c(4, 12, 60, 2000), 1) # few days: many ties
	leave <- sample(longest, n, replace = TRUE)
	delayed <- i %% 3 == 0
	enter <- if (delayed) floor(runif(n) * leave * 0.9) else rep(0, n)
	event <- as.integer(runif(n) < if (i %% 20 == 0) 0 else runif(1, 0.2, 1.2))
	put(sprintf("random_%d%s", i, if (delayed) "_delayed" else ""), enter, leave, event)
}
