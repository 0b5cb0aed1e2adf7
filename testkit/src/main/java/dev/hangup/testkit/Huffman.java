package dev.hangup.testkit;

import java.util.HashMap;
import java.util.Map;

/// The Huffman code of RFC 7541 Appendix B. It is canonical: codes of one length are consecutive,
/// in the order of their symbols, so that the lengths say all.
final class Huffman {
  /// The length of each symbol's code: `A` is 5 bits, `B` 6, and so on.
  private static final String LENGTHS =
      """
      ISXXXXXXXTZXXZXXXXXXXXZXXXXXXXXXBFFHIBDGFFDGDBBBAAABBBBBBBCDKBHF\
      IBCCCCCCCCCCCCCCCCCCCCCCDCDIOIJBKABABABBBACCBBBABCBAABCCCCCKGJIX\
      PRPPRRRSRSSSSSTSTTRSTSSSSQRSRSSTRQPRRSSQSRRTQRSSQQRQSRSSPRRRSRRS\
      VVPORSRUVVVWWVTUOQVWWVWTQQVVXWWWPTPQRQQSRRUUTTVSVWVVWWWWWXWWWWWV\
      """;

  private static final int LONGEST = 30;
  private static final Map<Integer, Character> SYMBOLS = symbols();

  private Huffman() {}

  private static Map<Integer, Character> symbols() {
    Map<Integer, Character> symbols = new HashMap<>();
    int code = 0;
    for (int length = 1; length <= LONGEST; length++) {
      code <<= 1;
      for (char symbol = 0; symbol < LENGTHS.length(); symbol++) {
        if (LENGTHS.charAt(symbol) - 'A' + 5 == length) {
          symbols.put(withLength(code++, length), symbol);
        }
      }
    }
    return symbols;
  }

  /// A code led by a one, so that codes of different lengths differ.
  private static int withLength(int code, int length) {
    return 1 << length | code;
  }

  static String decode(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    int code = 1;
    for (byte octet : bytes) {
      for (int bit = 7; bit >= 0; bit--) {
        code = code << 1 | (octet >> bit & 1);
        Character symbol = SYMBOLS.get(code);
        if (symbol != null) {
          text.append(symbol.charValue());
          code = 1;
        }
      }
    }
    return text.toString(); // what is left is padding, less than an octet of ones
  }
}
