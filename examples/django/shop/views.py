from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import render

from shop.models import Visits


def home(request):
    Visits.objects.update(count=F("count") + 1)
    return render(request, "home.html", {"visits": Visits.objects.get().count})


def health(request):
    # Fails while the table is missing.
    Visits.objects.get()
    return HttpResponse("ok")
