package dev.freehold.hub.pull;

import dev.freehold.hub.GgufName;
import dev.freehold.hub.HubException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// What a person asks to pull: a repository of the Hugging Face hub, a model of an Ollama registry,
/// or a file at a web address.
///
/// `hf.co/org/repo[:variant]` and `huggingface.co/...` name the hub;
/// `ollama.com/library/name[:tag]` and `registry.ollama.ai/...` Ollama's registry;
/// `host/namespace/name:tag` another registry that speaks its protocol; a name without `/` is one
/// of Ollama's library. `org/name` alone could be either and is refused. Plain http is refused but
/// for loopback addresses.
public sealed interface ModelReference {
  /// A repository of the Hugging Face hub.
  ///
  /// @param repository `org/name`
  /// @param variant a quantization such as `Q4_K_M`, or a file's name
  record HuggingFace(String repository, Optional<String> variant) implements ModelReference {
    @Override
    public String toString() {
      return "hf.co/" + repository + variant.map(v -> ":" + v).orElse("");
    }
  }

  /// A file of a repository at one revision, as the addresses of the hub's pages name it.
  record HuggingFaceFile(String repository, String revision, String path)
      implements ModelReference {
    @Override
    public String toString() {
      return "hf.co/" + repository + "/" + path + " at " + revision;
    }
  }

  /// A model of a registry that speaks Ollama's protocol.
  record Ollama(String host, String namespace, String name, String tag) implements ModelReference {
    /// Where Ollama's own models are.
    public static final String HOST = "registry.ollama.ai";

    /// How Ollama, and `freehold list`, call it.
    public String shortName() {
      String tagged = name + ":" + tag;
      if (!host.equals(HOST)) {
        return host + "/" + namespace + "/" + tagged;
      }
      return namespace.equals("library") ? tagged : namespace + "/" + tagged;
    }

    @Override
    public String toString() {
      return host.equals(HOST) ? "ollama.com/" + namespace + "/" + name + ":" + tag : shortName();
    }
  }

  /// A GGUF file at a web address.
  record WebFile(URI address) implements ModelReference {
    /// The name by which the model is found: that of the file without its ending.
    public String stem() {
      String path = Optional.ofNullable(address.getPath()).orElse("");
      return GgufName.of(path.substring(path.lastIndexOf('/') + 1)).stem();
    }

    @Override
    public String toString() {
      return Addresses.shown(address);
    }
  }

  /// Hosts that mean the Hugging Face hub.
  List<String> HUGGING_FACE_HOSTS = List.of("hf.co", "huggingface.co", "www.huggingface.co");

  /// Hosts that mean Ollama's registry.
  List<String> OLLAMA_HOSTS = List.of("ollama.com", "www.ollama.com", Ollama.HOST);

  /// Reads a name as people write it.
  ///
  /// @throws HubException where it is none, or could mean several
  static ModelReference parse(String text) {
    return new NameParser(text).parse();
  }

  /// Reads one name.
  final class NameParser {
    private static final int MAX_LENGTH = 2000;
    private static final Pattern PART = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}");
    private static final Pattern VARIANT = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._/-]{0,255}");
    private static final Pattern HOST = Pattern.compile("[a-z0-9-]+(?:\\.[a-z0-9-]+)+");

    private final String text;

    private NameParser(String text) {
      this.text = text;
    }

    private ModelReference parse() {
      if (text.isBlank() || text.length() > MAX_LENGTH) {
        throw refused("it is empty or longer than " + MAX_LENGTH + " characters");
      }
      if (text.contains("://")) {
        return atAddress();
      }
      int slash = text.indexOf('/');
      String first = slash < 0 ? "" : text.substring(0, slash).toLowerCase(Locale.ROOT);
      if (HUGGING_FACE_HOSTS.contains(first)) {
        return huggingFace(text.substring(slash + 1));
      }
      if (OLLAMA_HOSTS.contains(first)) {
        return ollama(Ollama.HOST, text.substring(slash + 1));
      }
      if (slash < 0) {
        return ollama(Ollama.HOST, text);
      }
      String rest = text.substring(slash + 1);
      if (first.contains(":") && rest.contains("/")) {
        throw refused(
            "a registry's port cannot be part of a model's name; set FREEHOLD_OLLAMA_REGISTRY");
      }
      if (HOST.matcher(first).matches() && rest.contains("/")) {
        return ollama(first, rest);
      }
      throw refused(
          "it could mean two models; write hf.co/%s for Hugging Face, ollama.com/%s for Ollama"
              .formatted(shown(), shown()));
    }

    private ModelReference atAddress() {
      URI address;
      try {
        address = new URI(text);
      } catch (URISyntaxException e) {
        throw refused("it is no web address: " + e.getReason());
      }
      Addresses.require(address);
      String host = address.getHost().toLowerCase(Locale.ROOT);
      String path = Optional.ofNullable(address.getPath()).orElse("");
      String rest = path.startsWith("/") ? path.substring(1) : path;
      if (HUGGING_FACE_HOSTS.contains(host)) {
        return huggingFacePage(rest);
      }
      return OLLAMA_HOSTS.contains(host) ? ollama(Ollama.HOST, rest) : new WebFile(address);
    }

    /// A page of the hub: `org/name`, `org/name/tree/REVISION`, `org/name/resolve/REVISION/FILE`.
    private ModelReference huggingFacePage(String path) {
      String[] parts = path.split("/", 5);
      if (parts.length == 5 && List.of("resolve", "blob").contains(parts[2])) {
        String repository = repository(parts[0] + "/" + parts[1]);
        return new HuggingFaceFile(repository, parts[3], parts[4]);
      }
      if (parts.length > 2) {
        throw refused(
            "of the hub's addresses, those of a repository (.../org/name) and of a file"
                + " (.../org/name/resolve/main/FILE) can be pulled; for a revision add --revision");
      }
      return huggingFace(path);
    }

    private HuggingFace huggingFace(String name) {
      int colon = name.indexOf(':');
      String repository = repository(colon < 0 ? name : name.substring(0, colon));
      if (colon < 0) {
        return new HuggingFace(repository, Optional.empty());
      }
      String variant = name.substring(colon + 1);
      if (!VARIANT.matcher(variant).matches() || variant.contains("..")) {
        throw refused("after \":\" a quantization such as Q4_K_M or a file's name is expected");
      }
      return new HuggingFace(repository, Optional.of(variant));
    }

    private String repository(String name) {
      String[] parts = name.split("/", -1);
      boolean fits = parts.length == 2;
      for (String part : parts) {
        fits &= PART.matcher(part).matches() && !part.contains("..") && !part.contains("--");
      }
      if (!fits) {
        throw refused(
            "a repository is called org/name, of letters, digits and \"-\", \"_\", \".\"");
      }
      return name;
    }

    private Ollama ollama(String host, String name) {
      int colon = name.indexOf(':');
      String tag = colon < 0 ? "latest" : name.substring(colon + 1);
      String[] parts = (colon < 0 ? name : name.substring(0, colon)).split("/", -1);
      boolean fits = parts.length <= 2 && PART.matcher(tag).matches() && !tag.contains("..");
      for (String part : parts) {
        fits &= PART.matcher(part).matches() && !part.contains("..");
      }
      if (!fits) {
        throw refused("a model of an Ollama registry is called [namespace/]name[:tag]");
      }
      return parts.length == 1
          ? new Ollama(host, "library", parts[0], tag)
          : new Ollama(host, parts[0], parts[1], tag);
    }

    private String shown() {
      return text.length() > 120 ? text.substring(0, 120) + "..." : text;
    }

    private HubException refused(String why) {
      String asked = text.contains("://") ? text.replaceFirst("[?#].*", "") : shown();
      return new HubException("cannot pull \"" + asked + "\": " + why);
    }
  }
}
