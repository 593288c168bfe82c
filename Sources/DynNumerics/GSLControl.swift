internal import CGSL
internal import CKernels

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// GSL's standard step control, a rule for the largest error in units of what is allowed, with that
/// maximum formed by vectors: GSL's own loop of divisions takes a seventh of a step of `rkck`. GSL
/// overlooks errors that are not numbers; here they reject the step.
@safe final class GSLControl {
  let object: UnsafeMutablePointer<gsl_odeiv2_control>
  private let type: UnsafeMutablePointer<gsl_odeiv2_control_type>
  private let judgement: UnsafeMutablePointer<Judgement>

  /// What is allowed, and the largest error of the last step in units of it.
  private struct Judgement {
    let allowance: ErrorAllowance
    var ratio = 0.0
  }

  /// Whether all entries of the state after the last step are numbers.
  var stateIsFinite: Bool { unsafe !judgement.pointee.ratio.isNaN }

  init(_ allowance: ErrorAllowance) {
    unsafe judgement = .allocate(capacity: 1)
    unsafe judgement.initialize(to: Judgement(allowance: allowance))
    unsafe type = .allocate(capacity: 1)
    unsafe type.initialize(to: gsl_odeiv2_control_type())
    unsafe type.pointee.hadjust = { judgement, count, order, state, errors, _, step in
      guard let judgement = unsafe judgement?.assumingMemoryBound(to: Judgement.self),
        let step = unsafe step
      else { return Int32(GSL_ODEIV_HADJ_NIL) }
      let allowed = unsafe judgement.pointee.allowance
      let ratio = unsafe dyn_largest_ratio(
        Int64(count), state, errors, allowed.absolute, allowed.relative)
      unsafe judgement.pointee.ratio = ratio
      return unsafe GSLControl.adjust(&step.pointee, ratio, order: Double(order))
    }
    unsafe object = .allocate(capacity: 1)
    unsafe object.initialize(to: gsl_odeiv2_control(type: type, state: judgement))
  }

  deinit {
    unsafe object.deallocate()
    unsafe type.deallocate()
    unsafe judgement.deallocate()
  }

  private static func adjust(_ step: inout Double, _ ratio: Double, order: Double) -> Int32 {
    if ratio > 1.1 {
      step *= max(0.9 / pow(ratio, 1 / order), 0.2)
      return GSL_ODEIV_HADJ_DEC
    }
    guard ratio < 0.5 else { return Int32(GSL_ODEIV_HADJ_NIL) }
    step *= min(max(0.9 / pow(ratio, 1 / (order + 1)), 1), 5)
    return Int32(GSL_ODEIV_HADJ_INC)
  }
}
