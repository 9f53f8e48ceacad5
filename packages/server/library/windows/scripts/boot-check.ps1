# Tells since when the system has been up and checks, if asked to, that it was booted of late and that services run.
# Changes nothing.
# Facts: uptimeMinutes, systemBuild.
# Exit codes: 0 in order, 1 the last boot was too long ago, or a service does not run in time; 2 a parameter is wrong.
Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

function Publish-Fact([string] $Name, [string] $Value) {
    if ([string]::IsNullOrEmpty($env:PATCHBAY_FACTS)) { return }
    # This method writes UTF-8 without a byte order mark.
    [System.IO.File]::AppendAllText($env:PATCHBAY_FACTS, $Name + '=' + ($Value -replace '[\r\n]+', ' ') + "`n")
}

function Stop-Script([int] $Code, [string] $Message) {
    [Console]::Error.WriteLine($Message)
    exit $Code
}

function Read-Number([string] $Variable, [int] $Default, [int] $Least) {
    $text = [Environment]::GetEnvironmentVariable($Variable)
    if ([string]::IsNullOrEmpty($text)) { return $Default }
    $number = 0
    if (-not [int]::TryParse($text, [ref] $number) -or $number -lt $Least) {
        Stop-Script 2 "$Variable must be a number from $Least on, not '$text'"
    }
    return $number
}

$oldest = Read-Number 'PATCHBAY_BOOTED_WITHIN_MINUTES' 0 0
$limit = Read-Number 'PATCHBAY_LIMIT_SECONDS' 300 0
$names = @(([string] $env:PATCHBAY_SERVICES).Split(';') | ForEach-Object { $_.Trim() } | Where-Object { $_ -ne '' })

$system = Get-CimInstance -ClassName Win32_OperatingSystem
$uptime = [int] [Math]::Floor(($system.LocalDateTime - $system.LastBootUpTime).TotalMinutes)
Publish-Fact 'uptimeMinutes' "$uptime"
Publish-Fact 'systemBuild' "$($system.Version)"
Write-Output "$($system.Caption) $($system.Version) is up for $uptime minutes."
if ($oldest -gt 0 -and $uptime -ge $oldest) {
    Stop-Script 1 "the last boot was $uptime minutes ago, not within $oldest minutes"
}

$watch = [System.Diagnostics.Stopwatch]::StartNew()
while ($true) {
    $running = @(Get-Service | Where-Object { $_.Status -eq 'Running' } | ForEach-Object { $_.Name })
    $missing = @($names | Where-Object { $running -notcontains $_ })
    if ($missing.Count -eq 0 -or $watch.Elapsed.TotalSeconds -ge $limit) { break }
    Start-Sleep -Seconds 2
}
if ($missing.Count -gt 0) { Stop-Script 1 "not running after $limit s: $($missing -join ', ')" }
exit 0
