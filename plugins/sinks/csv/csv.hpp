#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "common/text_file_sink.hpp"
#include "csv_format.hpp"
#include "tsflow/options.hpp"

namespace tsflow {

class Csv final : public TextFileSink {
public:
    static constexpr std::string_view name = "csv";
    static constexpr std::string_view doc =
        "Writes rows to a CSV file (RFC 4180). After a restart the file is first cut to the last "
        "checkpoint, so that each row is there once; without a checkpoint it is written anew.";
    struct Config {
        std::filesystem::path path;
        std::string delimiter = ",";
        bool header = true;
    };
    static void describe(Options<Config>& options);
    explicit Csv(Config config);

    void bind(const Ports& inputs) override;

private:
    std::string header() const override;
    std::string layout() const override;
    void format(const Batch& batch, std::string& out) override;

    Config config_;
    std::unique_ptr<const CsvFormat> format_;
};

}  // namespace tsflow
