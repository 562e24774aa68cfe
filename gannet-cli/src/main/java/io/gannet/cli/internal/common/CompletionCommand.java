package io.gannet.cli.internal.common;

import java.io.PrintWriter;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints what shells need to complete arguments: there when one knows of it, and not in the way of the others. */
@Command(
    name = "generate-completion",
    hidden = true,
    description = {
      "Prints a script by which bash and zsh complete commands and options, and bash also the"
          + " methods of the server that is to be called.",
      "",
      "  source <(gannet generate-completion)"
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
public final class CompletionCommand implements Runnable {

  /** For bash only, whose variables it uses; anything but a method is left to what picocli has made. */
  private static final String METHODS =
      """

      # The method of "gannet call URI": the server is asked.
      function _complete_gannet_call() {
        local LC_ALL=C line="${COMP_LINE:0:COMP_POINT}" words name current=''
        local safe='^[A-Za-z_][A-Za-z0-9_.:/-]*$'
        read -r -a words <<< "$line"
        if [[ $line != *' ' ]]; then
          current="${words[${#words[@]}-1]}"
          unset "words[${#words[@]}-1]"
        fi
        if [[ ${#words[@]} -eq 3 && ${words[1]} == call && ${words[2]} == *://* && $current != -* ]]; then
          # Names are a stranger's: no shell may expand them, as "compgen -W" does.
          COMPREPLY=()
          while IFS= read -r name; do
            if [[ $name =~ $safe && $name == "$current"* ]]; then
              COMPREPLY+=("$name")
            fi
          done < <("${words[0]}" call "${words[2]}" --names --timeout 3 2> /dev/null)
          if [[ $current == *:* ]]; then # of what has a colon, bash completes what is behind it
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
