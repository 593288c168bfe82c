/// Numbers of bytes as people read them.
public enum ByteCount {
  /// Bytes in the largest unit that leaves at least 1.
  public static func text(_ bytes: Double) -> String {
    let units = ["B", "KiB", "MiB", "GiB", "TiB"]
    var value = bytes
    var unit = 0
    while value >= 1024, unit < units.count - 1 {
      value /= 1024
      unit += 1
    }
    return "\((value * 10).rounded() / 10) \(units[unit])"
  }
}

extension Int {
  /// This many units in bytes, or the largest number where that is beyond any memory.
  func bytes(of unit: Int) -> Int {
    let (bytes, overflows) = multipliedReportingOverflow(by: unit)
    return overflows ? .max : bytes
  }
}
