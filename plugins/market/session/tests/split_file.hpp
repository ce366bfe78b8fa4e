#pragma once

#include <filesystem>
#include <fstream>
#include <random>
#include <string>

namespace tsflow::market {

/// A file of splits; who asks for it removes it.
inline std::filesystem::path split_file(const std::string& rows) {
    const auto file = std::filesystem::temp_directory_path() /
                      ("tsflow_splits_" + std::to_string(std::random_device{}()) + ".csv");
    std::ofstream{file} << "ticker,ex_date,kind,value\n" << rows;
    return file;
}

}  // namespace tsflow::market
