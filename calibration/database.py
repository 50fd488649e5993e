"""A history in a database: its tables through a SQLAlchemy URL, read as sheets."""

import datetime as dt
from pathlib import Path
from typing import Any

from calibration.sheets import Sheet
from sim.errors import InputError, Problem

__all__ = ["Database"]


class Database:
    """The tables and views of a database; nothing is ever written to it."""

    def __init__(self, url: str):
        try:
            from sqlalchemy import create_engine, inspect
            from sqlalchemy.engine import make_url
            from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
        except ImportError:
            remedy = "install leadflow[sql], or export the tables as UTF-8 CSV"
            raise InputError(
                Problem(url.split("@")[-1], "needs SQLAlchemy, which is not installed", "", remedy)
            ) from None
        try:
            parsed = make_url(url)
            # Who may see a message need not know the password.
            self.where = parsed.render_as_string(hide_password=True)
            file = parsed.database
            if parsed.get_backend_name() == "sqlite" and (not file or not Path(file).is_file()):
                # SQLite would make an empty database of the name.
                raise InputError(Problem(self.where, "does not exist", "", "give sqlite:///FILE, or sqlite:////FILE"))
            self._engine = create_engine(parsed)
            seen = inspect(self._engine)
            self.names = [*seen.get_table_names(), *seen.get_view_names()]
        except (ArgumentError, NoSuchModuleError):
            remedy = "give a URL such as sqlite:///crm.db or postgresql+psycopg://user:password@host/crm"
            raise InputError(
                Problem(url.split("@")[-1], "is not the URL of a database that is known", "", remedy)
            ) from None
        except ImportError as fault:
            raise InputError(
                Problem(self.where, "needs a driver that is not installed", str(fault), "install it with pip")
            ) from None
        except SQLAlchemyError as fault:
            got = str(fault.__cause__ or fault).splitlines()[0][:200]
            raise InputError(Problem(self.where, "cannot be read", got, "check the URL and the rights")) from None

    def sheet(self, name: str) -> Sheet:
        """A table or view, its rows as the database gives them."""
        import pandas as pd
        from sqlalchemy import MetaData, Table, select
        from sqlalchemy.exc import SQLAlchemyError

        where = f"{self.where}: {name}"
        try:
            table = Table(name, MetaData(), autoload_with=self._engine)
            with self._engine.connect() as connection:
                rows = [[_text(cell) for cell in row] for row in connection.execute(select(table))]
        except (SQLAlchemyError, ValueError) as fault:
            # A date that SQLite stores as other text is a ValueError.
            got = str(fault.__cause__ or fault).splitlines()[0][:200]
            raise InputError(Problem(where, "cannot be read", got, "correct the values in the database")) from None
        frame = pd.DataFrame(rows, columns=[column.name for column in table.columns], dtype=object)
        return Sheet(where, name, frame)

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()


def _text(cell: Any) -> str:
    """A value as a CSV file would have it."""
    if cell is None:
        return ""
    if isinstance(cell, (dt.datetime, dt.date)):
        return cell.isoformat()
    return str(cell).strip()
