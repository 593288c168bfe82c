/// Sets how many threads the library uses. It takes what the process may use: `make bench` binds
/// runs with one thread to one processor.
func useThreads(_ count: Int) {}
