"""What is wrong with a spreadsheet, line by line. What is in the cells is not shown."""

from collections.abc import Sequence

from rich.table import Table

from aduan_client.imports.convert import Fault
from aduan_client.views.tables import cell, table
from aduan_client.words import Words


def fault_table(faults: Sequence[Fault], say: Words) -> Table:
    """One row per fault: where it is and what it is."""
    rows = table()
    rows.add_column(say("label.line"), justify="right", no_wrap=True)
    rows.add_column(say("label.column"), overflow="fold")
    rows.add_column(say("label.problem"), overflow="fold")
    for fault in faults:
        rows.add_row(str(fault.line), cell(fault.column, say), cell(say(fault.key, detail=fault.detail), say))
    return rows
