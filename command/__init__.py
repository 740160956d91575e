"""The command of the suite: ``./crm``. Standard library only."""
