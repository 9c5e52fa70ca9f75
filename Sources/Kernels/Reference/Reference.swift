/// The slow, obvious version of every kernel, in double precision and one thread: what the tests
/// hold the fast ones against.
package enum Reference {}
