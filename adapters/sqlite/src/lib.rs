//! Event and view stores on embedded SQLite.
