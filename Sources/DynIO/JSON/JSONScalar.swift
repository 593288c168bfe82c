import Dynamics

/// The JSON text of values that hold no other values.
enum JSONScalar {
  /// The text of a scalar; lists and objects have none.
  static func text(_ value: Value) -> String {
    switch value {
    case .null: "null"
    case .boolean(let flag): flag ? "true" : "false"
    case .number(let number): text(number)
    case .string(let string): text(string)
    case .list, .object: ""
    }
  }

  static func text(_ number: Double) -> String {
    guard number.isFinite else { return "null" }
    let isNegativeZero = number == 0 && number.sign == .minus
    guard number.magnitude < 0x1p53, !isNegativeZero, let whole = Int64(exactly: number) else {
      return number.description
    }
    return String(whole)
  }

  static func text(_ string: String) -> String {
    var text = "\""
    for scalar in string.unicodeScalars {
      appendEscaped(scalar, to: &text)
    }
    return text + "\""
  }

  private static func appendEscaped(_ scalar: Unicode.Scalar, to text: inout String) {
    switch scalar {
    case "\"": text += "\\\""
    case "\\": text += "\\\\"
    case "\n": text += "\\n"
    case "\r": text += "\\r"
    case "\t": text += "\\t"
    case "\u{0}"..<" ": text += (scalar.value < 16 ? "\\u000" : "\\u00") + hexadecimal(scalar)
    default: text.unicodeScalars.append(scalar)
    }
  }

  private static func hexadecimal(_ scalar: Unicode.Scalar) -> String {
    String(scalar.value, radix: 16, uppercase: true)
  }
}
