"""Repositories: the only place where rows become records and records rows."""

from matching.store.repositories.accounts import Accounts
from matching.store.repositories.audit_log import AuditLog
from matching.store.repositories.batches import Batches
from matching.store.repositories.cases import Cases
from matching.store.repositories.clearances import Clearances
from matching.store.repositories.consents import Consents
from matching.store.repositories.equity import Equity
from matching.store.repositories.history import DayCount, History
from matching.store.repositories.images import Images
from matching.store.repositories.invented import Invented
from matching.store.repositories.inventory import InventoryChanges, Providers
from matching.store.repositories.keyed import Changes, Key, KeyedTable, State
from matching.store.repositories.offers import Calls, Offers
from matching.store.repositories.offices import Offices
from matching.store.repositories.openings import Opening, Openings
from matching.store.repositories.placements import Placements, Stay
from matching.store.repositories.publications import Publications
from matching.store.repositories.recipes import Recipes
from matching.store.repositories.referrals import Referrals
from matching.store.repositories.runs import Runs
from matching.store.repositories.scenarios import Scenarios, StoredScenario
from matching.store.repositories.searches import Searches
from matching.store.repositories.sessions import Sessions
from matching.store.repositories.shares import Shares

__all__ = [
    "Accounts",
    "AuditLog",
    "Batches",
    "Calls",
    "Cases",
    "Changes",
    "Clearances",
    "Consents",
    "DayCount",
    "Equity",
    "History",
    "Images",
    "Invented",
    "InventoryChanges",
    "Key",
    "KeyedTable",
    "Offers",
    "Offices",
    "Opening",
    "Openings",
    "Placements",
    "Providers",
    "Publications",
    "Recipes",
    "Referrals",
    "Runs",
    "Scenarios",
    "Searches",
    "Sessions",
    "Shares",
    "State",
    "Stay",
    "StoredScenario",
]
