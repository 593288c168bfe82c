import Foundation
import Testing

@testable import DynNumerics

@Suite struct LibraryTests {
  /// dladdr(3), which the Glibc module does not show: four pointers, the file's name first.
  private typealias Locator =
    @convention(c) (UnsafeRawPointer, UnsafeMutablePointer<UnsafePointer<CChar>?>) -> Int32

  /// The file of the library whose function the process calls by this name.
  private func file(of function: String) -> String? {
    _ = Matrix.identity(2).times(.identity(2))
    var information = [UnsafePointer<CChar>?](repeating: nil, count: 4)
    guard let program = dlopen(nil, RTLD_NOW), let address = dlsym(program, function),
      let locator = dlsym(program, "dladdr"),
      unsafeBitCast(locator, to: Locator.self)(address, &information) != 0,
      let name = information[0]
    else { return nil }
    return URL(fileURLWithPath: String(cString: name)).lastPathComponent
  }

  @Test(arguments: ["cblas_dgemm", "dgesdd_", "dsyevd_"])
  func linearAlgebraComesFromOpenBLAS(function: String) throws {
    let name = try #require(file(of: function))
    #expect(name.contains("openblas"))
  }

  @Test func openBLASNamesItself() {
    #expect(Libraries.openBLASConfiguration.hasPrefix("OpenBLAS"))
  }

  @Test func openBLASRunsOnOneThread() throws {
    Libraries.prepare()
    let program = try #require(dlopen(nil, RTLD_NOW))
    let address = try #require(dlsym(program, "openblas_get_num_threads"))
    typealias Count = @convention(c) () -> Int32
    #expect(unsafeBitCast(address, to: Count.self)() == 1)
  }

  @Test func librarySaysItsVersion() {
    #expect(Libraries.gslVersion.split(separator: ".").allSatisfy { Int($0) != nil })
    #expect(Libraries.gslVersion.contains("."))
  }
}
