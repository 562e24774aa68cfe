package io.gannet.cli.internal.common;

import java.io.PrintWriter;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * Prints the script for shell completion. Hidden in the list of commands; the footer of the help
 * names it.
 */
@Command(
    name = "generate-completion",
    hidden = true,
    description = {
      "Prints a completion script for bash and zsh. It completes commands and options, and in bash"
          + " also the methods of the server to call.",
      "",
      "  source <(gannet generate-completion)"
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
public final class CompletionCommand implements Runnable {

  /**
   * For bash only, because it uses bash's variables. Completes methods, and leaves the rest to the
   * script that picocli generates.
   */
  private static final String METHODS =
      """

      # Completes the method of "gannet call URI" by asking the server.
      function _complete_gannet_call() {
        local LC_ALL=C line="${COMP_LINE:0:COMP_POINT}" words name current=''
        local safe='^[A-Za-z_][A-Za-z0-9_.:/-]*$'
        read -r -a words <<< "$line"
        if [[ $line != *' ' ]]; then
          current="${words[${#words[@]}-1]}"
          unset "words[${#words[@]}-1]"
        fi
        if [[ ${#words[@]} -eq 3 && ${words[1]} == call && ${words[2]} == *://* && $current != -* ]]; then
          # The names are untrusted. No shell may expand them, which "compgen -W" would do.
          COMPREPLY=()
          while IFS= read -r name; do
            if [[ $name =~ $safe && $name == "$current"* ]]; then
              COMPREPLY+=("$name")
            fi
          done < <("${words[0]}" call "${words[2]}" --names --timeout 3 2> /dev/null)
          if [[ $current == *:* ]]; then # bash completes only the part behind a colon
            COMPREPLY=("${COMPREPLY[@]#"${current%:*}:"}")
          fi
        else
          _complete_gannet "$@"
        fi
      }
      if [[ -n ${BASH_VERSION:-} ]]; then
        complete -F _complete_gannet_call -o default gannet
      fi
      """;

  @Spec private CommandSpec spec;

  /** Creates the command. */
  @SuppressWarnings("NullAway.Init") // picocli sets the spec
  public CompletionCommand() {}

  @Override
  public void run() {
    CommandLine gannet = spec.root().commandLine();
    PrintWriter out = spec.commandLine().getOut();
    out.print(AutoComplete.bash("gannet", gannet));
    out.print(METHODS);
    out.flush();
  }
}
