"""For how long a balance lasts, where a month's spend ends, and whether a day is out of the ordinary.

``readings`` puts in order what was measured, ``curve`` takes top-ups and steps out of it, ``daily`` cuts it into days,
``profile`` tells what a day usually costs; on these stand ``days_left``, ``month``, ``spikes`` and ``trend``.
``outlook`` goes the whole way for one balance, and ``drawn`` makes a line of it.
"""

from dgbot.domain.forecast.drawn import balance_chart
from dgbot.domain.forecast.outlook import Confidence, Forecast, forecast
from dgbot.domain.forecast.readings import Reading, UnitsDiffer

__all__ = ["Confidence", "Forecast", "Reading", "UnitsDiffer", "balance_chart", "forecast"]
