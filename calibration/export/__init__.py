"""Export: the tables that a CRM would hold of a log, one file of the generic format each."""
