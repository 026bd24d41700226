package dev.freehold.hub.pull;

import java.io.IOException;
import java.nio.file.Path;

/// A pull of which the server has said what there is, and nothing has been fetched yet.
sealed interface PreparedPull permits HuggingFacePull, OllamaPull, WebFilePull {
  PullPlan plan();

  /// The store that files go to.
  Path folder();

  /// Fetches what is missing and puts everything in its place.
  PullResult complete(BlobFetcher fetcher) throws IOException, InterruptedException;
}
