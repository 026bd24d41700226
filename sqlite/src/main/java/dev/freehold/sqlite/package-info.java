/// Opening, checking and upgrading files of SQLite.
package dev.freehold.sqlite;
