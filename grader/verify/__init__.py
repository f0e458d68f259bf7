"""The gate before a release: proves a suite against right solutions, wrong ones and impostors."""
