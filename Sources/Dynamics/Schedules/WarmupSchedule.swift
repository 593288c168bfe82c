/// eta(t) = then(t) min(1, t/duration); the schedule that follows is not shifted in time.
public struct WarmupSchedule: Schedule {
  static let kind = Kind<any Schedule>(
    "warmup", "eta(t) = then(t) min(1, t/duration); the time of what follows is not shifted",
    parameters: [
      .duration("duration", "time until the schedule acts in full"),
      .required("then", Schedules.warmableKinds.shape(), "the schedule that is warmed up"),
    ]
  ) { fields throws(Fault) in
    let then: any WarmableSchedule
    do throws(Fault) {
      then = try Schedules.warmableKinds.make(fields.fields("then"))
    } catch {
      throw error.within("then")
    }
    return WarmupSchedule(duration: try fields.number("duration"), then: then)
  }

  let duration: Double
  let then: any WarmableSchedule

  /// A schedule that is warmed up over a duration.
  public init(duration: Double, then: any WarmableSchedule) {
    self.duration = duration
    self.then = then
  }

  /// The warmed-up rate.
  public func rate(at time: Double) -> Double { then.rate(at: time) * min(1, time / duration) }

  /// The product rule before the duration, the schedule's own slope afterwards.
  public func slope(at time: Double) -> Double {
    guard time < duration else { return then.slope(at: time) }
    return then.slope(at: time) * (time / duration) + then.rate(at: time) / duration
  }

  /// The first moment of the schedule over the duration, then its integral.
  public func integral(to time: Double) -> Double {
    let warm = then.firstMoment(to: min(time, duration)) / duration
    return time <= duration
      ? warm : warm + (then.integral(to: time) - then.integral(to: duration))
  }

  /// The schedule's own and the end of the warm-up.
  public func breakpoints(before end: Double) -> [Double] {
    let own = then.breakpoints(before: end)
    guard duration < end, !own.contains(duration) else { return own }
    return (own + [duration]).sorted()
  }
}
