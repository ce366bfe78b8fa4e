#include <algorithm>
#include <string>

#include "tool/run.hpp"
#include "tsflow/text.hpp"
#include "universe/import.hpp"
#include "universe/universe.hpp"

namespace {

using namespace tsflow;
using namespace tsflow::market;
using tool::Arguments;
using tool::UsageError;

constexpr const char* help = R"(Shows and fills the references that universes are read from.

Usage: tsflow universe list [OPTIONS]
       tsflow universe show KEY [OPTIONS]
       tsflow universe import FILE.csv --reference REFERENCE [--replace] [OPTIONS]

  list      all groups with type and number of members
  show      the symbols of a group, or of several as in SPY:nasdaq100, one a line
  import    writes the rows group,symbol[,type][,weight] of a CSV file into a database

Options:
  --reference REFERENCE  postgres://USER@HOST/DATABASE, sqlite:FILE or csv:FOLDER;
                         without it the universes that come with tsflow
  --environment NAME     whose groups [default: DEFAULT]
  --replace              remove the members of the file's groups that the file does not have
  --format text|json     how the output looks [default: text]
  -h, --help             this text

Exit codes: 0 done, 1 failed or nothing known by that key, 2 wrong command line.
)";

bool as_json(const Arguments& arguments) {
    return arguments.choice("--format", {"text", "json"}) == "json";
}

std::unique_ptr<UniverseStore> open(const Arguments& arguments) {
    return open_reference(arguments.value("--reference"),
                          arguments.value("--environment", "DEFAULT"));
}

/// Appends `"name":"text"`.
void append_member(std::string& json, std::string_view name, std::string_view text) {
    append_json_text(json, name);
    json += ':';
    append_json_text(json, text);
}

void append_list(std::string& json, const std::vector<std::string>& texts) {
    json += '[';
    for (const std::string& text : texts) {
        json += &text == &texts.front() ? "" : ",";
        append_json_text(json, text);
    }
    json += ']';
}

std::string padded(std::string text, std::size_t width) {
    text.resize(std::max(width, text.size()), ' ');
    return text;
}

std::string table(const std::vector<Group>& groups) {
    constexpr std::size_t type_width = 8;
    constexpr std::size_t members_width = 7;
    std::size_t name_width = 4;
    for (const Group& group : groups) {
        name_width = std::max(name_width, group.name.size());
    }
    std::string text = padded("NAME", name_width) + "  TYPE      MEMBERS  DESCRIPTION\n";
    for (const Group& group : groups) {
        const std::string members = std::to_string(group.members);
        std::string line =
            padded(group.name, name_width) + "  " + padded(group.type, type_width) + "  " +
            std::string(members_width - std::min(members_width, members.size()), ' ') + members +
            "  " + group.description;
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + "\n";
    }
    return text;
}

std::string json(const std::vector<Group>& groups) {
    std::string text = "[";
    for (const Group& group : groups) {
        text += &group == &groups.front() ? "{" : ",{";
        append_member(text, "name", group.name);
        append_member(text += ',', "type", group.type);
        append_member(text += ',', "environment", group.environment);
        text += ",\"members\":" + std::to_string(group.members) + ",";
        append_member(text, "description", group.description);
        text += '}';
    }
    return text + "]\n";
}

int list(const Arguments& arguments) {
    const bool to_json = as_json(arguments);
    const std::vector<Group> groups = open(arguments)->groups();
    tool::print(to_json ? json(groups) : table(groups));
    return tool::exit_ok;
}

void warn_of_unknown(UniverseStore& store, const std::vector<std::string>& unknown) {
    if (unknown.empty()) {
        return;
    }
    std::vector<std::string> names;
    for (const Group& group : store.groups()) {
        names.push_back(group.name);
    }
    for (const std::string& part : unknown) {
        const std::string near = nearest(part, names);
        tool::print_error("warning: there is no group '" + part + "'" +
                          (near.empty() ? "; `tsflow universe list` shows all"
                                        : "; did you mean '" + near + "'?") +
                          "\n");
    }
}

int show(const Arguments& arguments, const std::string& key) {
    const bool to_json = as_json(arguments);
    const auto store = open(arguments);
    const Universe universe = store->resolve(key);
    warn_of_unknown(*store, universe.unknown);
    std::string text;
    if (to_json) {
        append_member(text += '{', "key", key);
        append_list(text += ",\"symbols\":", universe.symbols);
        append_list(text += ",\"unknown\":", universe.unknown);
        text += "}\n";
    } else {
        for (const std::string& symbol : universe.symbols) {
            text += symbol + "\n";
        }
    }
    tool::print(text);
    return universe.symbols.empty() && !universe.unknown.empty() ? tool::exit_failed
                                                                 : tool::exit_ok;
}

int import(const Arguments& arguments, const std::string& file) {
    const bool to_json = as_json(arguments);
    if (!arguments.has("--reference")) {
        throw UsageError("the option '--reference' is missing");
    }
    const MemberList members = read_member_list(file);
    for (const std::string& duplicate : members.duplicates) {
        tool::print_error("warning: " + duplicate + "\n");
    }
    const Imported done =
        import_members(arguments.value("--reference"), arguments.value("--environment", "DEFAULT"),
                       members.members, arguments.has("--replace"));
    const auto text = [](std::int64_t count) { return std::to_string(count); };
    if (to_json) {
        tool::print("{\"groups\":" + text(done.groups) + ",\"made\":" + text(done.made) +
                    ",\"added\":" + text(done.added) + ",\"kept\":" + text(done.kept) +
                    ",\"removed\":" + text(done.removed) +
                    ",\"duplicates\":" + std::to_string(members.duplicates.size()) + "}\n");
    } else {
        tool::print("groups: " + text(done.groups) + ", " + text(done.made) +
                    " of them new; members: " + text(done.added) + " added, " + text(done.kept) +
                    " there already, " + text(done.removed) + " removed\n");
    }
    return tool::exit_ok;
}

int work(const Arguments& arguments) {
    const std::vector<std::string>& words = arguments.words();
    if (words.empty()) {
        throw UsageError("the command is missing: list, show or import");
    }
    const std::string& command = words.front();
    const bool takes_word = command == "show" || command == "import";
    if (!takes_word && command != "list") {
        const std::string near = nearest(command, {"list", "show", "import"});
        throw UsageError("there is no command '" + command + "'" +
                         (near.empty() ? "" : "; did you mean '" + near + "'?"));
    }
    if (takes_word && words.size() < 2) {
        throw UsageError(command == "show" ? "the KEY is missing" : "the FILE.csv is missing");
    }
    if (words.size() > (takes_word ? 2U : 1U)) {
        throw UsageError("'" + words.back() + "' is one word too many");
    }
    return command == "list"   ? list(arguments)
           : command == "show" ? show(arguments, words[1])
                               : import(arguments, words[1]);
}

}  // namespace

int main(int argc, char** argv) {
    return tool::run({"tsflow universe",
                      help,
                      {{"--reference"}, {"--environment"}, {"--replace", false}, {"--format"}},
                      work},
                     argc, argv);
}
