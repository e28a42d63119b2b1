"""What is kept: tables, migrations, the embedded Postgres, the pool and the repositories."""
