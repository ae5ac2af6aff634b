"""What is asked of the figures by an address: which days, which area."""

from datetime import date

from django import forms

from oversight.rules.periods import BadPeriod, Period, month_of, own_days, period


class PeriodForm(forms.Form):
    """``period`` is a code of ours; ``first`` and ``last`` are days of one's own and go before it. Nothing: this month."""

    period = forms.CharField(required=False, max_length=30)
    first = forms.DateField(required=False)
    last = forms.DateField(required=False)

    def chosen(self, today: date) -> Period:
        """The period that was asked for. Raises BadPeriod."""
        if not self.is_valid():
            raise BadPeriod("malformed")
        given = self.cleaned_data
        if given["first"] or given["last"]:
            if not (given["first"] and given["last"]):
                raise BadPeriod("malformed")
            return own_days(given["first"], given["last"])
        return period(given["period"]) if given["period"] else month_of(today)
