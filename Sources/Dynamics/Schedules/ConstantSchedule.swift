/// eta(t) = value.
public struct ConstantSchedule: WarmableSchedule, Equatable {
  static let kind = Kind<any WarmableSchedule>("constant", "eta(t) = value", parameters: [.rate()])
  {
    fields throws(Fault) in ConstantSchedule(try fields.number("value"))
  }

  let value: Double

  /// A constant rate.
  public init(_ value: Double) { self.value = value }

  /// The same at all times.
  public func rate(at time: Double) -> Double { value }
  /// Always 0.
  public func slope(at time: Double) -> Double { 0 }
  /// value t.
  public func integral(to time: Double) -> Double { value * time }
  /// value t^2/2.
  public func firstMoment(to time: Double) -> Double { value * time * time / 2 }
  /// None.
  public func breakpoints(before end: Double) -> [Double] { [] }
}
