internal import CGSL

/// The C objects of one integration: the system's description and GSL's driver with its work space.
@safe final class GSLStepper: OdeStepper {
  let system: UnsafeMutablePointer<gsl_odeiv2_system>
  let driver: UnsafeMutablePointer<gsl_odeiv2_driver>
  /// In the place of the driver's, which stays for what multistep methods ask of it.
  private let control: GSLControl
  private let context: OdeContext
  private let keepsHistory: Bool
  /// GSL forgets its count when it starts afresh.
  private var earlierRejections = 0

  /// Allocates both; nil when memory is short.
  init?(_ context: OdeContext, method: OdeMethod, control: StepControl) {
    let system = UnsafeMutablePointer<gsl_odeiv2_system>.allocate(capacity: 1)
    unsafe system.initialize(to: context.gslSystem())
    let driver = unsafe AllocationFailure.tolerated {
      switch control {
      case .adaptive(let relative, let absolute):
        unsafe gsl_odeiv2_driver_alloc_y_new(system, method.stepType, 1, absolute, relative)
      case .fixed(let step):
        unsafe gsl_odeiv2_driver_alloc_y_new(system, method.stepType, step, 1, 1)
      }
    }
    guard let driver = unsafe driver else {
      unsafe system.deallocate()
      return nil
    }
    self.context = context
    keepsHistory = method.keepsHistory
    self.control = GSLControl(ErrorAllowance(control))
    unsafe self.system = system
    unsafe self.driver = driver
  }

  deinit {
    unsafe gsl_odeiv2_driver_free(driver)
    unsafe system.deallocate()
  }

  func step(
    _ state: inout [Double], time: inout Double, to end: Double, step: inout Double
  ) -> Int32 {
    let start = time
    let status = unsafe gsl_odeiv2_evolve_apply(
      driver.pointee.e, control.object, driver.pointee.s, system, &time, end, &step, &state)
    return checked(status, control.stateIsFinite, &state, &time, start)
  }

  func fixedStep(_ state: inout [Double], time: inout Double, step: Double) -> Int32 {
    let start = time
    let status = unsafe gsl_odeiv2_evolve_apply_fixed_step(
      driver.pointee.e, nil, driver.pointee.s, system, &time, step, &state)
    return checked(status, state.span.isFinite, &state, &time, start)
  }

  /// Takes a step back that did not succeed: GSL keeps the state before it.
  private func checked(
    _ status: Int32, _ isFinite: Bool, _ state: inout [Double], _ time: inout Double,
    _ start: Double
  ) -> Int32 {
    if status == Int32(GSL_SUCCESS), isFinite { return status }
    unsafe state.withUnsafeMutableBufferPointer { buffer in
      unsafe buffer.baseAddress?.update(from: driver.pointee.e.pointee.y0, count: buffer.count)
    }
    time = start
    return status == Int32(GSL_SUCCESS) ? Int32(GSL_EOVRFLW) : status
  }

  func reset() {
    earlierRejections = rejectedSteps
    // One-step methods remember nothing: to clear their work space would only take time.
    if keepsHistory {
      _ = unsafe gsl_odeiv2_driver_reset(driver)
    } else {
      _ = unsafe gsl_odeiv2_evolve_reset(driver.pointee.e)
    }
  }

  var rejectedSteps: Int { unsafe earlierRejections + Int(driver.pointee.e.pointee.failed_steps) }
}
