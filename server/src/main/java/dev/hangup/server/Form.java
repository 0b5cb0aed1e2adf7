package dev.hangup.server;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// What a client has filled in: fields and files, all of them there. See [Request#form()].
///
/// {@snippet class="dev.hangup.server.SnippetsTest" region="form"}
///
/// In names, `:`, `,`, `;`, `=` and a tab are taken for spaces, and quotes and backslashes left
/// out, as the decoder has it; asking for a name does the same, so that `form:name` finds what was
/// sent as `form:name`. **Thread safety**: for any thread.
///
/// Source: RFC 7578, and `application/x-www-form-urlencoded` of the WHATWG's URL standard.
public final class Form {
  private final Map<String, List<String>> fields = new LinkedHashMap<>();
  private final Map<String, List<FormFile>> files = new LinkedHashMap<>();

  Form() {}

  void add(String name, String value) {
    fields.computeIfAbsent(key(name), _ -> new ArrayList<>(1)).add(value);
  }

  void add(FormFile file) {
    files.computeIfAbsent(key(file.name()), _ -> new ArrayList<>(1)).add(file);
  }

  private static String key(String name) {
    return name.replaceAll("[:,;=\\t]", " ").replaceAll("[\"\\\\]", "").strip();
  }

  /// A field's first value.
  ///
  /// @param name the field
  /// @return empty if there is none; an empty string if it was left blank
  public Optional<String> field(String name) {
    return fields(name).stream().findFirst();
  }

  /// A field's values, in the order in which they came.
  ///
  /// @param name the field
  /// @return unmodifiable; empty if there is none
  public List<String> fields(String name) {
    return List.copyOf(fields.getOrDefault(key(Objects.requireNonNull(name, "name")), List.of()));
  }

  /// A field's first file.
  ///
  /// @param name the field
  /// @return empty if there is none: also where a browser's user has chosen none, for which it
  ///   sends an empty file without a name
  public Optional<FormFile> file(String name) {
    return files(name).stream().findFirst();
  }

  /// A field's files, in the order in which they came.
  ///
  /// @param name the field
  /// @return unmodifiable; empty if there is none
  public List<FormFile> files(String name) {
    return List.copyOf(files.getOrDefault(key(Objects.requireNonNull(name, "name")), List.of()));
  }
}
