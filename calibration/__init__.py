"""What history says: a company's past read into the log's tables, and the laws fitted to it."""

HOUSE = "leadflow"
