# The probability that a pattern's goals succeed less than 80 % as often as all, for unit/domain_standing.c:
#
#     Rscript tests/oracle/standing.R > tests/data/standing.txt
#
# Made with R 4.2.2's pbeta (TOMS 708, Didonato and Morris 1992). Votes good and bad, the pooled success rate, then
# P = I_{0.8 m}(2m + good, 2(1-m) + bad).

RNGversion("4.2.0")
set.seed(1)

line <- function(good, bad, m)
	cat(sprintf("%.17g %.17g %.17g %.17g\n", good, bad, m, pbeta(0.8 * m, 2 * m + good, 2 * (1 - m) + bad)))

for (voters in c(0, 1, 2, 5, 10, 20, 50, 100, 500, 2000, 20000))
	for (share in c(0, 0.1, 0.3, 0.5, 0.8, 1))
		for (m in c(0.05, 0.5, 0.9))
			line(voters * share, voters * (1 - share), m)
for (i in 1:300) {
	voters <- exp(runif(1, 0, log(5000)))
	m <- runif(1, 0.05, 0.95)
	share <- min(1, max(0, 0.8 * m + rnorm(1) * sqrt(0.25 / voters))) # where it is neither 0 nor 1
	line(voters * share, voters * (1 - share), m)
}
