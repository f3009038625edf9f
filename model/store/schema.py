"""The store's tables as they are today. The steps that lead here are in `migrations`."""

from sqlalchemy import Column, ForeignKey, Index, Integer, MetaData, String, Table, Text, UniqueConstraint

HEAD = "0002"
"""The last step of `migrations`, so that an up-to-date store is known without loading them."""
REVISIONS = "trilever_schema"
"""The table that names the step a store has reached."""

metadata = MetaData()

# The store's own facts: its tag, which begins every key made here.
facts = Table(
    "trilever_facts", metadata,
    Column("name", String(20), primary_key=True),
    Column("value", Text, nullable=False),
)  # fmt: skip

# Measured companies, each once however many versions stand on it. `digest`: SHA-256 of `body`.
baselines = Table(
    "trilever_baselines", metadata,
    Column("digest", String(64), primary_key=True),
    Column("body", Text, nullable=False),
)  # fmt: skip

# A name over versions. `owner` is a hash: the token itself stays in the session of who saved.
scenarios = Table(
    "trilever_scenarios", metadata,
    Column("id", String(64), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("owner", String(64)),
    Column("created", String(32), nullable=False),
    Column("deleted", String(32)),
    Index("trilever_scenarios_owner", "owner"),
)  # fmt: skip

# Written once, never changed but for `revoked` and `expires`. `parent` may be of another installation: no reference.
# Moments are text as in RFC 3339, in UTC: alike in both databases, and in order as text.
versions = Table(
    "trilever_versions", metadata,
    Column("id", String(64), primary_key=True),
    Column("scenario", String(64), ForeignKey("trilever_scenarios.id", ondelete="CASCADE"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("saved", String(32), nullable=False),
    Column("author", String(200), nullable=False),
    Column("note", Text, nullable=False),
    Column("parent", String(64)),
    Column("engine", String(40), nullable=False),
    Column("format", Integer, nullable=False),
    Column("baseline", String(64), ForeignKey("trilever_baselines.digest"), nullable=False),
    Column("body", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("revoked", String(32)),
    Column("expires", String(32)),
    UniqueConstraint("scenario", "number", name="trilever_versions_number"),
    Index("trilever_versions_baseline", "baseline"),
)  # fmt: skip

# What browsers have not saved, for some hours. `browser` is a hash of a random token that the browser alone has.
drafts = Table(
    "trilever_drafts", metadata,
    Column("browser", String(64), primary_key=True),
    Column("tab", String(32), primary_key=True),
    Column("left_at", String(32), nullable=False),
    Column("body", Text, nullable=False),
    Index("trilever_drafts_left_at", "left_at"),
)  # fmt: skip
