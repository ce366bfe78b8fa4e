# Rscript timedate.R DAYS: compares the trading days in the file DAYS with the calendar of the NYSE in timeDate.

suppressPackageStartupMessages(library(timeDate))

# What timeDate takes for a trading day and was none: mourning for two presidents.
mistakes <- as.Date(c("2018-12-05", "2025-01-09"))

ours <- as.Date(sub(" .*", "", readLines(commandArgs(trailingOnly = TRUE)[1])))
days <- seq(as.Date("1998-01-01"), as.Date("2037-12-31"), by = 1)
weekdays <- days[!format(days, "%u") %in% c("6", "7")]
closed <- as.Date(holidayNYSE(1998:2037))
theirs <- weekdays[!weekdays %in% c(closed, mistakes)]
cat(sprintf("timeDate %s: %d trading days, ours %d\n", packageVersion("timeDate"), length(theirs), length(ours)))
only <- function(a, b) paste(a[!a %in% b], collapse = " ")
if (!identical(theirs, ours)) {
    cat("of ours alone:", only(ours, theirs), "\nof timeDate alone:", only(theirs, ours), "\n")
    quit(status = 1)
}
