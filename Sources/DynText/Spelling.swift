/// Guesses which known name a misspelt word was meant to be.
public enum Spelling {
  /// Longer words are compared by this many of their first scalars.
  private static let comparedLength = 64

  /// The name that differs from `word` by the fewest edits, upper and lower case set aside.
  ///
  /// An edit inserts, deletes or replaces one Unicode scalar or swaps two neighbours (optimal
  /// string alignment distance). A name further away than a third of the word's length, and than
  /// one edit, is no candidate. Of several nearest names the one with the same upper and lower case
  /// wins, then the alphabetically first, so that the order of `names` does not matter.
  ///
  /// - Returns: The nearest name, or nil if none is near enough.
  /// - Complexity: O(n · m · k) for a word of n and k names of m scalars, n and m at most 64.
  public static func nearest(to word: String, among names: [String]) -> String? {
    let limit = max(1, word.unicodeScalars.prefix(comparedLength).count / 3)
    return ranked(names, by: word).first { $0.edits <= limit }?.name
  }

  /// The name that differs by the fewest edits however far it is; nil without names.
  ///
  /// - Complexity: that of ``nearest(to:among:)``.
  public static func closest(to word: String, among names: [String]) -> String? {
    ranked(names, by: word).first?.name
  }

  /// A question to append to an error sentence: ` (did you mean "rk8pd"?)`.
  ///
  /// - Returns: The question with a leading space, or the empty string if no name is near enough.
  public static func hint(for word: String, among names: [String]) -> String {
    guard let name = nearest(to: word, among: names) else { return "" }
    return " (did you mean \"\(TerminalText.word(name))\"?)"
  }

  /// The names with their distances, nearest first.
  private static func ranked(_ names: [String], by word: String) -> [Candidate] {
    let exact = scalars(word)
    let folded = scalars(word.lowercased())
    let candidates = names.map { name in
      Candidate(
        name: name, edits: EditDistance.between(folded, scalars(name.lowercased())),
        exactEdits: EditDistance.between(exact, scalars(name)))
    }
    return candidates.sorted { $0.rank < $1.rank }
  }

  private static func scalars(_ text: String) -> [Unicode.Scalar] {
    Array(text.unicodeScalars.prefix(comparedLength))
  }

  private struct Candidate {
    let name: String
    let edits: Int
    let exactEdits: Int

    var rank: (Int, Int, String) { (edits, exactEdits, name) }
  }
}

/// The optimal string alignment distance, a restricted Damerau-Levenshtein distance.
private enum EditDistance {
  static func between(_ first: [Unicode.Scalar], _ second: [Unicode.Scalar]) -> Int {
    var beforeLast = [Int]()
    var last = Array(0...second.count)
    for row in first.indices {
      var current = [row + 1]
      for column in second.indices {
        let replaced = last[column] + (first[row] == second[column] ? 0 : 1)
        var best = min(replaced, last[column + 1] + 1, current[column] + 1)
        if endsInSwap(first[...row], second[...column]) {
          best = min(best, beforeLast[column - 1] + 1)
        }
        current.append(best)
      }
      (beforeLast, last) = (last, current)
    }
    return last[second.count]
  }

  private static func endsInSwap(
    _ first: ArraySlice<Unicode.Scalar>, _ second: ArraySlice<Unicode.Scalar>
  ) -> Bool {
    guard first.count > 1, second.count > 1 else { return false }
    return first.last == second[second.endIndex - 2] && second.last == first[first.endIndex - 2]
  }
}
