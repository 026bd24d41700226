package dev.freehold.desk.ticket;

import java.util.List;

/// Where tickets come from. A ticket comes again until it is said to be taken: whoever takes it
/// first writes it down, and knows it by its id where it comes twice.
public interface TicketSource extends AutoCloseable {
  /// The tickets that wait, the oldest first.
  ///
  /// @param most so many at most
  /// @throws TicketException where the source cannot be read now; asking later may help
  List<Incoming> poll(int most);

  @Override
  void close();

  /// A ticket that waits.
  interface Incoming {
    Ticket ticket();

    /// It is written down elsewhere: it does not come again.
    ///
    /// @throws TicketException where the source cannot be told; the ticket comes again
    void taken();
  }
}
