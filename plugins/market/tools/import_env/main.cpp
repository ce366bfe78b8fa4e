#include <filesystem>
#include <fstream>
#include <string>

#include "config/pipeline_spec.hpp"
#include "convert.hpp"
#include "tool/run.hpp"
#include "tsflow/error.hpp"

namespace {

using namespace tsflow;

constexpr const char* help =
    R"(Writes a pipeline that does what TickStock did with a file of variables.

Usage: tsflow import-env FILE.env [-o FILE.toml]

The pipeline goes to standard output, or to a file that is not there yet. Secrets stay in FILE.env; what
was not carried over stands in comments, with the reason.

Options:
  -o, --output FILE   where to write the pipeline
  -h, --help          this text

Exit codes: 0 done, 1 failed, 2 wrong command line.
)";

void write(const std::filesystem::path& file, const std::string& text) {
    std::error_code ignored;
    if (std::filesystem::exists(file, ignored)) {
        throw Error("'" + file.string() + "' is there already; remove it or choose another name");
    }
    std::ofstream out(file, std::ios::binary);
    out << text;
    out.close();
    if (!out) {
        throw Error("'" + file.string() +
                    "' cannot be written; check the path and the access rights");
    }
}

int work(const tool::Arguments& arguments) {
    if (arguments.words().size() != 1) {
        throw tool::UsageError(arguments.words().empty() ? "the FILE.env is missing"
                                                         : "one FILE.env is enough");
    }
    const std::filesystem::path file = arguments.words().front();
    const import_env::Converted converted =
        import_env::convert(file.filename().string(), read_env_file(file));
    if (arguments.has("--output")) {
        write(arguments.value("--output"), converted.toml);
    } else {
        tool::print(converted.toml);
    }
    for (const std::string& warning : converted.warnings) {
        tool::print_error("warning: " + warning + "\n");
    }
    return tool::exit_ok;
}

}  // namespace

int main(int argc, char** argv) {
    return tool::run({"tsflow import-env", help, {{"--output", true, "-o"}}, work}, argc, argv);
}
