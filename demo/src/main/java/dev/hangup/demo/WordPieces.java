package dev.hangup.demo;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// Cuts a text into what the model reads: numbers for words and parts of words, in pieces of a
/// length that it was trained for.
final class WordPieces {
  private static final String VOCABULARY = "/all-minilm-l6-v2-tokenizer.json";
  private static final int PIECE = 256;
  private static final int LONGEST_WORD = 100;

  /// A mark or a Chinese character is a word of its own.
  private static final String SINGLE = "\\p{P}\\p{IsHan}$+<=>^`|~";

  private static final Pattern WORD = Pattern.compile("[" + SINGLE + "]|[^\\s" + SINGLE + "]+");

  private final Map<String, Integer> numbers;

  private WordPieces(Map<String, Integer> numbers) {
    this.numbers = numbers;
  }

  static WordPieces load() throws IOException {
    try (InputStream in = WordPieces.class.getResourceAsStream(VOCABULARY)) {
      if (in == null) {
        throw new FileNotFoundException("resource: " + VOCABULARY + " (not on the class path)");
      }
      Map<String, Integer> numbers = new HashMap<>();
      try (JsonParser json = new JsonFactory().createParser(ObjectReadContext.empty(), in)) {
        while (!"vocab".equals(json.nextName()) && json.hasCurrentToken()) {
          // what is said before it does not matter
        }
        json.nextToken();
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
          numbers.put(json.currentName(), json.nextIntValue(0));
        }
      }
      return new WordPieces(numbers);
    }
  }

  /// The pieces, each with the marks of its begin and its end.
  List<long[]> pieces(String text) {
    String plain =
        Normalizer.normalize(text, Normalizer.Form.NFD)
            .replaceAll("\\p{Mn}", "")
            .toLowerCase(Locale.ROOT);
    long[] all =
        WORD.matcher(plain)
            .results()
            .map(MatchResult::group)
            .flatMap(word -> parts(word).stream())
            .mapToLong(Integer::longValue)
            .toArray();
    List<long[]> pieces = new ArrayList<>();
    for (int i = 0; i < all.length; i += PIECE - 2) {
      long[] part = Arrays.copyOfRange(all, i, Math.min(i + PIECE - 2, all.length));
      long[] piece = new long[part.length + 2];
      piece[0] = number("[CLS]");
      System.arraycopy(part, 0, piece, 1, part.length);
      piece[part.length + 1] = number("[SEP]");
      pieces.add(piece);
    }
    return pieces;
  }

  /// A word as the longest parts that the model knows.
  private List<Integer> parts(String word) {
    List<Integer> parts = new ArrayList<>();
    if (word.length() > LONGEST_WORD) {
      return List.of(number("[UNK]"));
    }
    for (int from = 0, to; from < word.length(); from = to) {
      String prefix = from == 0 ? "" : "##";
      to = word.length();
      while (to > from && !numbers.containsKey(prefix + word.substring(from, to))) {
        to--;
      }
      if (to == from) {
        return List.of(number("[UNK]"));
      }
      parts.add(number(prefix + word.substring(from, to)));
    }
    return parts;
  }

  private int number(String part) {
    return Objects.requireNonNull(numbers.get(part), part);
  }
}
