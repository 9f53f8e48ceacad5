# Exports the latest events of several event logs as .evtx files into a directory named for the time.
# Facts: eventLogPath.
# Exit codes: 0 exported, 1 at least one log could not be exported, 2 a parameter is wrong.
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

$directory = [string] $env:PATCHBAY_DIRECTORY
if ($directory -eq '') { $directory = Join-Path $env:ProgramData 'Patchbay\event-logs' }
$logs = @(([string] $env:PATCHBAY_LOGS).Split(';') | ForEach-Object { $_.Trim() } | Where-Object { $_ -ne '' })
if ($logs.Count -eq 0) { $logs = @('System', 'Application', 'Setup') }
$hours = Read-Number 'PATCHBAY_HOURS' 24 1
if (-not [System.IO.Path]::IsPathRooted($directory)) { Stop-Script 2 'PATCHBAY_DIRECTORY must be an absolute path' }

$now = [DateTime]::UtcNow.ToString('yyyyMMddTHHmmssZ', [Globalization.CultureInfo]::InvariantCulture)
$target = Join-Path $directory "$now-$PID"
[void] (New-Item -ItemType Directory -Force -Path $target)
$query = '*[System[TimeCreated[timediff(@SystemTime) <= {0}]]]' -f ([long] $hours * 3600000)
$code = 0
foreach ($log in $logs) {
    $file = Join-Path $target (($log -replace '[\\/:*?"<>|]', '-') + '.evtx')
    & "$env:SystemRoot\System32\wevtutil.exe" 'export-log' $log $file "/query:$query"
    if ($LASTEXITCODE -eq 0) {
        Write-Output "$log is exported to $file."
    }
    else {
        [Console]::Error.WriteLine("$log could not be exported: wevtutil.exe ended with exit code $LASTEXITCODE")
        $code = 1
    }
}
Publish-Fact 'eventLogPath' $target
exit $code
