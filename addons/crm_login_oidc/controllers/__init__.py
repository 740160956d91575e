from . import login, logout
