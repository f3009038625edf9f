"""Steps of the store's schema, run by Alembic: one file a step under `versions`, never changed once released."""
