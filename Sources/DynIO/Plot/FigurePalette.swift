/// The looks that tell a number of lines apart.
struct FigurePalette {
  /// How many looks there are.
  let count: Int

  /// Colours that the common kinds of colour blindness tell apart (Okabe and Ito).
  private static let colors = [
    "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#8A8A00",
  ]
  /// Up to this many looks are colours and dashes; more are a scale from dark to light.
  private static let categoryLimit = 12
  /// The scale viridis at equal distances, without its lightest end, which white swallows.
  private static let scale: [(red: Double, green: Double, blue: Double)] = [
    (68, 1, 84), (71, 45, 123), (59, 82, 139), (44, 114, 142), (33, 145, 140), (40, 174, 128),
    (94, 201, 98), (173, 220, 48),
  ]
  private static let markerShapes = [7, 5, 9, 13, 11, 2, 1, 3]

  /// The colour of a look as gnuplot and HTML write it.
  func color(_ index: Int) -> String {
    guard count > Self.categoryLimit else { return Self.colors[index % Self.colors.count] }
    let position = Double(index) / Double(count - 1) * Double(Self.scale.count - 1)
    let lower = min(Int(position), Self.scale.count - 2)
    let (first, second) = (Self.scale[lower], Self.scale[lower + 1])
    return Self.code(
      [(first.red, second.red), (first.green, second.green), (first.blue, second.blue)],
      share: position - Double(lower))
  }

  /// gnuplot's number of the dash of a look.
  func dash(_ index: Int) -> Int {
    count > Self.categoryLimit ? 1 : index / Self.colors.count + 1
  }

  /// gnuplot's number of a solver's marker.
  static func shape(_ index: Int) -> Int { markerShapes[index % markerShapes.count] }

  /// A colour between two, each given by its channels up to 255.
  static func code(_ channels: [(low: Double, high: Double)], share: Double) -> String {
    "#"
      + channels.map { low, high in
        let level = Int((low + share * (high - low)).rounded())
        return (level < 16 ? "0" : "") + String(level, radix: 16, uppercase: true)
      }.joined()
  }
}
