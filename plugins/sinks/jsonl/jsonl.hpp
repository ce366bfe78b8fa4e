#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "common/text_file_sink.hpp"
#include "tsflow/options.hpp"

namespace tsflow {

class Jsonl final : public TextFileSink {
public:
    static constexpr std::string_view name = "jsonl";
    static constexpr std::string_view doc =
        "Writes rows to a file of JSON lines, one object a row. After a restart the file is first "
        "cut to the last checkpoint, so that each row is there once; without a checkpoint it is "
        "written anew.";
    struct Config {
        std::filesystem::path path;
    };
    static void describe(Options<Config>& options);
    explicit Jsonl(const Config& config) : TextFileSink(config.path) {}

    void bind(const Ports& inputs) override;

private:
    void format(const Batch& batch, std::string& out) override;
};

}  // namespace tsflow
