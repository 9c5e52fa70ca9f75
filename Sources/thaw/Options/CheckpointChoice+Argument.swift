import ArgumentParser
import RunStore

extension CheckpointChoice: ExpressibleByArgument {
  package init?(argument: String) { self.init(argument) }
}
