"""The foreign key that cannot leave its compound."""

from typing import Any

from django.db import models


class TenantForeignKey(models.ForeignKey):  # type: ignore[type-arg]
    """A reference inside one compound.

    A plain foreign key crosses tenants, because referential checks bypass row-level security. The database constraint is
    therefore the pair ``(compound_id, x_id) -> (compound_id, id)``, made by ``tenancy.operations.IsolateTable``, and
    Django makes none of its own.
    """

    def __init__(self, to: Any, on_delete: Any = models.PROTECT, **kwargs: Any) -> None:
        kwargs["db_constraint"] = False
        kwargs["db_index"] = False  # the pair's index serves
        super().__init__(to, on_delete, **kwargs)
