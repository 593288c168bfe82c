import DynCommands

DynCommand.runAndExit()
