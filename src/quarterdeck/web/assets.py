"""Files that pages load: ours, and the charts' library that the report shares; all from this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ninja
from whitenoise.middleware import WhiteNoiseMiddleware

CHARTS = Path(__file__).parents[1] / "files/report/vendor"
NINJA = Path(ninja.__file__).parent / "static/ninja"
PARTS = Path(__file__).parents[1] / "files/report/parts"


class Assets(WhiteNoiseMiddleware):
    """Serves ``/static/``; addresses carry a hash of the content, so browsers keep them."""

    def __init__(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - Django's form
        super().__init__(*arguments, **options)
        self.add_files(str(CHARTS), prefix="/static/charts/")
        self.add_files(str(NINJA), prefix="/static/ninja/")
        self.add_files(str(PARTS), prefix="/static/parts/")
