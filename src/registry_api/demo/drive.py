"""`registry demo`: the whole chain over HTTP, as the people concerned would go it, on new input each time."""

import time
from dataclasses import dataclass
from random import SystemRandom
from typing import Any

import httpx

from registry_api.demo.chance import Chance
from registry_api.demo.desk import Desk, DriveFailed, Say
from registry_api.demo.fresh import add_fresh_doctor
from registry_api.demo.logins import Login, Pool, PoolDoctor, PoolInstitution, read_pool, take_doctor
from registry_api.demo.opinions import opinion, registration_form
from registry_api.demo.places import Place, counties, places
from registry_api.demo.portraits import portrait
from registry_api.kit.settings import Settings

_TYPE = "registration"
