// Names of an archive can be 64 KiB long and many; a message does not need more than this of them.
private let comparedLength = 64

/// The one of `names` that takes the fewest edits to become `name`, the first of equals.
func nearestName(to name: String, in names: [String]) -> String? {
  let wanted = Array(name.utf8.prefix(comparedLength))
  let distances = names.map { edits(from: Array($0.utf8.prefix(comparedLength)), to: wanted) }
  return zip(names, distances).min { $0.1 < $1.1 }?.0
}

/// The Levenshtein distance.
private func edits(from first: [UInt8], to second: [UInt8]) -> Int {
  var row = Array(0...second.count)
  for (line, byte) in first.enumerated() {
    var diagonal = row[0]
    row[0] = line + 1
    for column in second.indices {
      let substitution = diagonal + (second[column] == byte ? 0 : 1)
      diagonal = row[column + 1]
      row[column + 1] = min(substitution, diagonal + 1, row[column] + 1)
    }
  }
  return row[second.count]
}
