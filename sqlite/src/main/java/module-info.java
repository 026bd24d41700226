/// Files of SQLite that are Freehold's: found to be what they must be, brought up to date, private.
@org.jspecify.annotations.NullMarked
module dev.freehold.sqlite {
  requires static transitive org.jspecify;
  requires transitive java.sql;
  requires org.xerial.sqlitejdbc;

  exports dev.freehold.sqlite;
}
