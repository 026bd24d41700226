package dev.freehold.text.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The parameters of a function of the interpreter; those whose name ends in `?` may be left out.
record Signature(String function, List<String> names, int required) {

  static Signature of(String function, String... parameters) {
    List<String> names = new ArrayList<>();
    int required = 0;
    for (String parameter : parameters) {
      boolean optional = parameter.endsWith("?");
      names.add(optional ? parameter.substring(0, parameter.length() - 1) : parameter);
      required += optional ? 0 : 1;
    }
    return new Signature(function, List.copyOf(names), required);
  }

  /// Puts the arguments of a call in the order of the parameters; fails as Python does when one is
  /// missing, given twice or unknown.
  Bound bind(Run run, Arguments arguments) {
    List<Value> positional = arguments.positional();
    if (positional.size() > names.size()) {
      throw run.error(
          "%s takes at most %d arguments, %d are given"
              .formatted(function, names.size(), positional.size()));
    }
    @Nullable Value[] values = new @Nullable Value[names.size()];
    for (int i = 0; i < positional.size(); i++) {
      values[i] = positional.get(i);
    }
    for (Map.Entry<String, Value> named : arguments.named().entrySet()) {
      int index = names.indexOf(named.getKey());
      if (index < 0) {
        throw run.error("%s has no argument named '%s'".formatted(function, named.getKey()));
      }
      if (values[index] != null) {
        throw run.error("%s is given '%s' twice".formatted(function, named.getKey()));
      }
      values[index] = named.getValue();
    }
    for (int i = 0; i < required; i++) {
      if (values[i] == null) {
        throw run.error("%s needs the argument '%s'".formatted(function, names.get(i)));
      }
    }
    return new Bound(run, this, values);
  }
}
